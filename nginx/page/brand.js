// A name, a logo and a colour of one's own: `brand.json`, which nginx takes from the folder `brand` beside `page` where
// there is one. `{"name": "Acme", "logo": "logo.svg", "colour": "#7a1fa2", "darkColour": "#d9a3f0"}`; each may be missing.

import { send } from "./api.js";

const find = (id) => document.getElementById(id);

/** Shows it, and returns the name, or "". */
export async function showBrand(signal) {
  const { name = "", logo, colour, darkColour } = (await send("GET", "page/brand.json", { signal })).plainDocument;
  find("brand-name").textContent = name;
  if (name) find("brand-logo").alt = "";
  // A logo is a file beside brand.json.
  if (/^logo\.[a-z]+$/.test(logo ?? "")) {
    find("brand-logo").src = document.querySelector("link[rel=icon]").href = new URL(logo, import.meta.url).href;
  }
  const { style } = document.documentElement;
  if (CSS.supports("color", colour ?? "")) {
    style.setProperty("--brand", colour);
    style.setProperty("--on-brand", textColour(colour));
    style.setProperty("--dark-brand", `color-mix(in oklab, ${colour} 55%, white)`);
  }
  if (CSS.supports("color", darkColour ?? "")) style.setProperty("--dark-brand", darkColour);
  return name;
}

/** What can be read on it: white, or black. */
function textColour(colour) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  // WCAG's relative luminance: from here on black has more contrast.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
