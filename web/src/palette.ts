// Colours that colour-blind people tell apart (Okabe & Ito 2008).

const OKABE_ITO = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"];

/** Colour of a truck by its number. */
export function colourOf(id: number): string {
  return OKABE_ITO[(((id - 1) % OKABE_ITO.length) + OKABE_ITO.length) % OKABE_ITO.length] as string;
}

/** Colours of places by their kind. */
export const PLACE_COLOUR: Record<string, string> = {
  load: "#e69f00",
  crusher: "#d55e00",
  dump: "#cc79a7",
  park: "#56b4e9",
  fuel: "#009e73",
};
