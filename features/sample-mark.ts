/**
 * How made-up orders are told from real ones, wherever their file goes: the sample maker gives every row a
 * `Delivery_person_ID` that begins with this, and what is trained on such rows is tagged `data=sample`.
 */
export const SAMPLE_MARK = 'SAMPLE';
