// What was submitted with a job, as people read it.

import { propertyTitle } from "./kinds.js";

/** The name of the property that has a column of its own in the list: a number that every job has. */
export function numberColumn({ schema }) {
  const isNumber = (name) => ["number", "integer"].includes(schema.properties[name]?.type);
  return (schema.required ?? []).find(isNumber) ?? null;
}

/** The names of the other properties, which share a column. */
export function otherColumns(kind) {
  return Object.keys(kind.schema.properties).filter((name) => name !== numberColumn(kind));
}

/** `[title, value]` of each property that the job was given, or has by default. */
export function inputPairs({ kind: { schema }, input }) {
  return Object.entries(schema.properties)
    .map(([name, property]) => [propertyTitle(name, property), input[name] ?? property.default])
    .filter(([, value]) => value !== undefined);
}

/** The texts that stand for a job in the list, without the number. */
export function summary({ kind, input }) {
  const names = otherColumns(kind);
  const { properties } = kind.schema;
  const given = names.filter((name) => (input[name] ?? properties[name].default) !== undefined);
  if (names.length === 1) return given.flatMap((name) => [input[name] ?? properties[name].default].flat().map(valueText));
  return given.map((name) => {
    const title = propertyTitle(name, properties[name]);
    return `${title}: ${valueText(input[name] ?? properties[name].default)}`;
  });
}

export function valueText(value) {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
