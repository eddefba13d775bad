/** Made by `npm run generate-client` from the schemas of the server: change those, and make it again. */
export interface components {
    schemas: {
        readonly BatchPrediction: {
            /** @description One for each order, in their order. */
            readonly predictions: readonly components["schemas"]["BatchRow"][];
        };
        readonly BatchRow: {
            /** @description Minutes from the order’s acceptance to its delivery, to two decimals. */
            readonly estimated_delivery_minutes: number;
        } | {
            readonly problem: components["schemas"]["Problem"];
        };
        readonly Healthy: {
            /** @constant */
            readonly status: "healthy";
            /** @constant */
            readonly model_loaded: true;
            /** @description The commit or version of the server. */
            readonly release: string;
            /** @description Of a server with `OPEN_FILE`: whether it has opened `PORT`. */
            readonly port_open?: boolean;
            /** @description Of a server with several processes. */
            readonly processes?: {
                /** @description `SERVER_PROCESSES`. */
                readonly wanted: number;
                /** @description Those that answer with a model now. */
                readonly serving: number;
            };
        };
        readonly ModelInfo: {
            /** @description Name of the registered model. */
            readonly registered_model: string;
            /** @description The alias by which the version was asked for; null where it was asked for by its number. */
            readonly alias: string | null;
            /** @description The version that answers. */
            readonly version: number;
            /** @description The training run that made it. */
            readonly run_id: string;
            /**
             * Format: date-time
             * @description When it was registered, UTC.
             */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description Since when this server answers with it, UTC.
             */
            readonly serving_since: string;
            /** @description `metrics.json` of the version: how good it was on its test orders. */
            readonly metrics: unknown;
            /** @description The features it computes, in column order; for a category, the words it knows. */
            readonly features: readonly {
                readonly name: string;
                readonly revision: number;
                readonly categories?: readonly string[];
            }[];
            /** @description The fields of an order that its features read. Where one is absent a prediction is still made, but counts as one of an incomplete order. */
            readonly inputs: readonly ("ID" | "Delivery_person_ID" | "Delivery_person_Age" | "Delivery_person_Ratings" | "Restaurant_latitude" | "Restaurant_longitude" | "Delivery_location_latitude" | "Delivery_location_longitude" | "Order_Date" | "Time_Orderd" | "Weather_conditions" | "Road_traffic_density" | "Vehicle_condition" | "Type_of_order" | "Type_of_vehicle" | "multiple_deliveries" | "Festival" | "City")[];
            /** @description Where it comes from: data, commit, gates. */
            readonly tags: {
                readonly [key: string]: string;
            };
            /** @description True while it comes from the cache of this server and the registry has not confirmed it. */
            readonly stale: boolean;
            /** @description How the registry answered the last time it was asked. */
            readonly registry: {
                /** @description Whether it said which version to serve. */
                readonly ok: boolean;
                /**
                 * Format: date-time
                 * @description When it was asked last, UTC.
                 */
                readonly checked_at: string;
                /** @description Why it did not say. */
                readonly reason: string | null;
            };
            /** @description The version before, which is kept loaded: pointing the alias back to it takes effect at once. */
            readonly previous: {
                readonly version: number;
                readonly run_id: string;
            } | null;
            /** @description The version that is being made ready beside the one that answers. */
            readonly preparing: number | null;
            /** @description The version that the alias points to, where it was not taken up. It is tried again after the alias has moved. */
            readonly refused: {
                readonly version: number;
                readonly reason: string;
                /**
                 * Format: date-time
                 * @description When, UTC.
                 */
                readonly at: string;
            } | null;
            /** @description The last switches, the newest first. */
            readonly switches: readonly {
                /** @description Null for the first. */
                readonly from: number | null;
                readonly to: number;
                /**
                 * Format: date-time
                 * @description When requests were first answered by it, UTC.
                 */
                readonly at: string;
                /** @description Milliseconds from when the alias was found moved until then. */
                readonly took_ms: number;
            }[];
            /** @description The version that a share of the answers is compared with; null where none is. */
            readonly shadow: {
                readonly alias: string;
                /** @description The version that the alias points to and that is loaded. */
                readonly version: number | null;
                /** @description The share of answers that is compared. */
                readonly fraction: number;
                /** @description The version whose answers it was compared with. */
                readonly live_version: number | null;
                /** @description Answers that were compared, since the two versions met. */
                readonly rows: number;
                /** @description Rows that the shadow did not predict. */
                readonly failed: number;
                /** @description Rows that were not compared, since one of the two had its hands full. */
                readonly shed: number;
                /** @description The shadow’s minutes less those that callers got. */
                readonly mean_difference: number | null;
                /** @description How far apart they are. */
                readonly mean_absolute_difference: number | null;
                /** @description The one furthest from 0. */
                readonly largest_difference: number | null;
                /** @description Rows by absolute difference, each with those above the bound before; null is without a bound. */
                readonly histogram: readonly {
                    readonly up_to_minutes: number | null;
                    readonly rows: number;
                }[];
                /** @description Why the version of the alias was not loaded. */
                readonly refused: string | null;
            } | null;
        };
        /**
         * @description One order. Keys that are not named here are ignored; nothing is converted.
         * @example {
         *       "ID": "0x1a2b",
         *       "Delivery_person_ID": "SAMPLERES01DEL01",
         *       "Delivery_person_Age": 29,
         *       "Delivery_person_Ratings": 4.7,
         *       "Restaurant_latitude": 12.9716,
         *       "Restaurant_longitude": 77.5946,
         *       "Delivery_location_latitude": 13.0358,
         *       "Delivery_location_longitude": 77.597,
         *       "Order_Date": "19-03-2022",
         *       "Time_Orderd": "19:30",
         *       "Weather_conditions": "Sunny",
         *       "Road_traffic_density": "Jam",
         *       "Vehicle_condition": 2,
         *       "Type_of_order": "Meal",
         *       "Type_of_vehicle": "motorcycle",
         *       "multiple_deliveries": 1,
         *       "Festival": "No",
         *       "City": "Metropolitian"
         *     }
         */
        readonly Order: {
            /**
             * Identifier of the order
             * @description Identifier of the order. Allowed: a string, or null.
             * @example 0x1a2b
             */
            readonly ID?: string | null;
            /**
             * Identifier of the rider
             * @description Identifier of the rider. Allowed: a string, or null.
             * @example SAMPLERES01DEL01
             */
            readonly Delivery_person_ID?: string | null;
            /**
             * Age of the rider
             * @description Age of the rider, in years. Allowed: a number of years, 18 or more, or null.
             * @example 29
             */
            readonly Delivery_person_Age?: number | null;
            /**
             * Mean rating of the rider
             * @description Mean rating of the rider, in stars. Allowed: a number from 1 to 5, or null.
             * @example 4.7
             */
            readonly Delivery_person_Ratings?: number | null;
            /**
             * Latitude of the restaurant
             * @description Latitude of the restaurant, in degrees. Allowed: a number of degrees from 6 to 38.
             * @example 12.9716
             */
            readonly Restaurant_latitude: number;
            /**
             * Longitude of the restaurant
             * @description Longitude of the restaurant, in degrees. Allowed: a number of degrees from 68 to 98.
             * @example 77.5946
             */
            readonly Restaurant_longitude: number;
            /**
             * Latitude of the customer
             * @description Latitude of the customer, in degrees. Allowed: a number of degrees from 6 to 38.
             * @example 13.0358
             */
            readonly Delivery_location_latitude: number;
            /**
             * Longitude of the customer
             * @description Longitude of the customer, in degrees. Allowed: a number of degrees from 68 to 98.
             * @example 77.597
             */
            readonly Delivery_location_longitude: number;
            /**
             * Day on which the order was placed
             * @description Day on which the order was placed, in local calendar day. Allowed: a date that exists, as dd-mm-yyyy, or null.
             * @example 19-03-2022
             */
            readonly Order_Date?: string | null;
            /**
             * Time at which the order was placed
             * @description Time at which the order was placed, in local time of day. Allowed: a time as HH:MM or HH:MM:SS, or a fraction of a day from 0 to 1 (number or string), or null.
             * @example 19:30
             */
            readonly Time_Orderd?: (string | number) | null;
            /**
             * Weather when the order was placed
             * @description Weather when the order was placed. Allowed: a string, or null.
             * @example Sunny
             */
            readonly Weather_conditions?: string | null;
            /**
             * How dense the traffic is
             * @description How dense the traffic is. Allowed: a string, or null.
             * @example Jam
             */
            readonly Road_traffic_density?: string | null;
            /**
             * Condition of the vehicle; 0 is the worst
             * @description Condition of the vehicle; 0 is the worst, in grade. Allowed: a whole number, 0 or more, or null.
             * @example 2
             */
            readonly Vehicle_condition?: number | null;
            /**
             * What was ordered
             * @description What was ordered. Allowed: a string, or null.
             * @example Meal
             */
            readonly Type_of_order?: string | null;
            /**
             * What the rider drives
             * @description What the rider drives. Allowed: a string, or null.
             * @example motorcycle
             */
            readonly Type_of_vehicle?: string | null;
            /**
             * Other orders that the rider has on the same trip
             * @description Other orders that the rider has on the same trip, in orders. Allowed: a whole number, 0 or more, or null.
             * @example 1
             */
            readonly multiple_deliveries?: number | null;
            /**
             * Whether there is a festival on that day
             * @description Whether there is a festival on that day. Allowed: a string, or null.
             * @example No
             */
            readonly Festival?: string | null;
            /**
             * Kind of city
             * @description Kind of city. Allowed: a string, or null.
             * @example Metropolitian
             */
            readonly City?: string | null;
        };
        readonly Prediction: {
            /** @description Minutes from the order’s acceptance to its delivery, to two decimals. */
            readonly estimated_delivery_minutes: number;
        };
        readonly Problem: {
            /**
             * Format: uri
             * @description Names the kind of problem; there is nothing to be fetched from it.
             */
            readonly type: string;
            /** @description The kind of problem, in words. */
            readonly title: string;
            /** @description The HTTP status. */
            readonly status: number;
            /**
             * @description The kind of problem, for programs: stable.
             * @enum {unknown}
             */
            readonly code: "malformed_request" | "malformed_json" | "query_invalid" | "signature_invalid" | "token_missing_or_wrong" | "not_found" | "method_not_allowed" | "body_too_large" | "unsupported_media_type" | "order_invalid" | "overloaded" | "internal_error" | "transfer_encoding_unsupported" | "server_stopping" | "model_unavailable" | "prediction_failed" | "prediction_timeout";
            /** @description What went wrong this time and what to do. */
            readonly detail: string;
            /** @description For `order_invalid`: every wrong field. */
            readonly errors?: readonly {
                /** @description JSON Pointer (RFC 6901) into the body; empty for the body itself. */
                readonly path: string;
                /** @description What was there, as JSON and shortened, or `nothing`. */
                readonly given: string;
                /** @description What may be there. */
                readonly allowed: string;
            }[];
        };
        readonly Unavailable: {
            /** @constant */
            readonly status: "unavailable";
            /** @description True while a server that has a model is stopping. */
            readonly model_loaded: boolean;
            /** @description The commit or version of the server. */
            readonly release: string;
            /** @description Why a prediction would fail. */
            readonly reason: string;
            /** @description Of a server with `OPEN_FILE`: whether it has opened `PORT`. */
            readonly port_open?: boolean;
            /** @description Of a server with several processes. */
            readonly processes?: {
                /** @description `SERVER_PROCESSES`. */
                readonly wanted: number;
                /** @description Those that answer with a model now. */
                readonly serving: number;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
