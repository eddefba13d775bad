/** The registered model that this project trains and serves. */
export const MODEL_NAME = 'FoodDeliveryTimeModel';
