/**
 * The order: the one typed record that a request body and a cleaned training row both become.
 * Its 18 fields carry the names of the public data set. The schema is the wire contract; the types follow from it.
 */
import Type from 'typebox';

/** A day of the month that exists, dd-mm-yyyy, leap years included. */
export const CALENDAR_DATE = (() => {
  const anyMonthDay = '(?:0[1-9]|1[0-9]|2[0-8])-(?:0[1-9]|1[0-2])';
  const longMonthDay = '(?:29|30)-(?:0[13-9]|1[0-2])|31-(?:0[13578]|1[02])';
  const year = '[0-9]{4}';
  const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
  return `^(?:(?:${anyMonthDay}|${longMonthDay})-${year}|29-02-${leapYear})$`;
})();

/** `HH:MM`, `HH:MM:SS`, or a fraction of a day as spreadsheets write it (`0.833333333` is 20:00, `1` is midnight). */
const timeOfDay = '^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?|0(?:\\.[0-9]+)?|1(?:\\.0+)?)$';

/** Latitudes and longitudes of India, degrees: what the model has seen and what a request may name. */
export const LATITUDE = { minimum: 6, maximum: 38 };
export const LONGITUDE = { minimum: 68, maximum: 98 };
/** Riders younger than this, in years, or rated outside the scale are taken for typing errors. */
export const RIDER_AGE_MINIMUM = 18;
export const RIDER_RATING = { minimum: 1, maximum: 5 };

const optional = <T extends Type.TSchema>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description: schemaDescription(schema) }));

function schemaDescription(schema: Type.TSchema): string {
  const described: { description?: string } = schema;
  return `${described.description ?? ''}, or null`;
}

const latitude = Type.Number({
  ...LATITUDE,
  description: `a number of degrees from ${LATITUDE.minimum} to ${LATITUDE.maximum}`,
});
const longitude = Type.Number({
  ...LONGITUDE,
  description: `a number of degrees from ${LONGITUDE.minimum} to ${LONGITUDE.maximum}`,
});
const text = Type.String({ description: 'a string' });

/** One order as it comes over the wire. Keys that are not named here are ignored. */
export const Order = Type.Object({
  ID: optional(text),
  Delivery_person_ID: optional(text),
  Delivery_person_Age: optional(
    Type.Number({
      minimum: RIDER_AGE_MINIMUM,
      description: `a number of years, ${RIDER_AGE_MINIMUM} or more`,
    }),
  ),
  Delivery_person_Ratings: optional(
    Type.Number({
      ...RIDER_RATING,
      description: `a number from ${RIDER_RATING.minimum} to ${RIDER_RATING.maximum}`,
    }),
  ),
  Restaurant_latitude: latitude,
  Restaurant_longitude: longitude,
  Delivery_location_latitude: latitude,
  Delivery_location_longitude: longitude,
  Order_Date: optional(Type.String({ pattern: CALENDAR_DATE, description: 'a date that exists, as dd-mm-yyyy' })),
  Time_Orderd: optional(
    Type.Union([Type.String({ pattern: timeOfDay }), Type.Number({ minimum: 0, maximum: 1 })], {
      description: 'a time as HH:MM or HH:MM:SS, or a fraction of a day from 0 to 1 (number or string)',
    }),
  ),
  Weather_conditions: optional(text),
  Road_traffic_density: optional(text),
  Vehicle_condition: optional(Type.Integer({ minimum: 0, description: 'a whole number, 0 or more' })),
  Type_of_order: optional(text),
  Type_of_vehicle: optional(text),
  multiple_deliveries: optional(Type.Integer({ minimum: 0, description: 'a whole number, 0 or more' })),
  Festival: optional(text),
  City: optional(text),
});

/** What a request must carry: the four coordinates. */
export type Order = Type.Static<typeof Order>;

/** A field name of the order. */
export type OrderField = keyof Order;

/**
 * What training may know of an order: any field may be missing, the coordinates too. Where the data set has a
 * placeholder for the restaurant's place, it still tells how far the customer lives from it, in degrees.
 */
export type PartialOrder = { readonly [Field in OrderField]?: Order[Field] | null | undefined } & {
  readonly [Offset in OffsetField]?: number | null | undefined;
};

/** No fields of a request, which must carry both places. */
export const OFFSET_FIELDS = ['Offset_latitude', 'Offset_longitude'] as const;
type OffsetField = (typeof OFFSET_FIELDS)[number];

/** The 18 field names, in the order of the public data set. */
export const ORDER_FIELDS = Object.keys(Order.properties) as readonly OrderField[];
