/** The shape of what a stage reads back from JSON: checked against a schema, from which its type is derived. */
import type Type from 'typebox';
import { Compile } from 'typebox/compile';

/** Gives the value back as what it has been shown to be, or throws an Error that says where it is something else. */
export type Parse<T> = (value: unknown) => T;

/** Compiles the schema once; made for values that were parsed from JSON. */
export function parserOf<Schema extends Type.TSchema>(schema: Schema): Parse<Type.Static<Schema>> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return value;
    const [fault] = validator.Errors(value);
    throw new Error(fault === undefined ? 'it has another shape' : `${fault.instancePath || 'it'} ${fault.message}`);
  };
}
