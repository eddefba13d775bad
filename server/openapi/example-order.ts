/** The order that is shown wherever one is shown: complete, plausible, and invented. */
import type { Order } from '../../features/order.js';

/** With every field, as no caller has to send it. */
export const EXAMPLE_ORDER: Readonly<Required<Order>> = {
  ID: '0x1a2b',
  Delivery_person_ID: 'SAMPLERES01DEL01',
  Delivery_person_Age: 29,
  Delivery_person_Ratings: 4.7,
  Restaurant_latitude: 12.9716,
  Restaurant_longitude: 77.5946,
  Delivery_location_latitude: 13.0358,
  Delivery_location_longitude: 77.597,
  Order_Date: '19-03-2022',
  Time_Orderd: '19:30',
  Weather_conditions: 'Sunny',
  Road_traffic_density: 'Jam',
  Vehicle_condition: 2,
  Type_of_order: 'Meal',
  Type_of_vehicle: 'motorcycle',
  multiple_deliveries: 1,
  Festival: 'No',
  City: 'Metropolitian',
};

/** Only what is required. */
export const SHORTEST_ORDER: Readonly<Order> = {
  Restaurant_latitude: EXAMPLE_ORDER.Restaurant_latitude,
  Restaurant_longitude: EXAMPLE_ORDER.Restaurant_longitude,
  Delivery_location_latitude: EXAMPLE_ORDER.Delivery_location_latitude,
  Delivery_location_longitude: EXAMPLE_ORDER.Delivery_location_longitude,
};
