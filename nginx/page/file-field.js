// The files of one name in the form: dropped, or picked.

import { made } from "./field.js";
import { sizeText } from "./text.js";

const typeWords = { "application/pdf": "PDF", "image/svg+xml": "SVG", "text/plain": "text", "text/csv": "CSV" };

export class FileField {
  element = made("div", { className: "field" });
  #part;
  #files = [];
  #list = made("ul", { className: "chosen" });
  #errors = made("ul", { className: "errors" });
  #picker;
  #changed;

  /** `changed()` is called after files came or went. */
  constructor(part, changed) {
    this.#part = part;
    this.#changed = changed;
    const id = `f-${part.name}`;
    this.#picker = made("input", { type: "file", id, className: "unseen", multiple: part.most > 1, accept: part.types.join() });
    this.#picker.setAttribute("aria-describedby", `${id}-hint ${id}-errors`);
    this.#picker.addEventListener("change", () => {
      this.#add(this.#picker.files);
      this.#picker.value = "";
    });
    this.#errors.id = `${id}-errors`;
    const drop = made("div", { className: "drop" });
    const button = made("label", { className: "pick", htmlFor: id });
    button.append(made("span", { className: "unseen", textContent: `${part.title}: ` }), part.most > 1 ? "Choose files" : "Choose a file");
    drop.append(button, this.#picker, made("span", { textContent: part.most > 1 ? "or drop them here" : "or drop it here" }));
    this.#takeDrops(drop);
    this.element.append(
      made("span", { className: "label", textContent: part.title }),
      made("p", { className: "hint", id: `${id}-hint`, textContent: hintText(part) }),
      drop,
      this.#list,
      this.#errors,
    );
  }

  get name() {
    return this.#part.name;
  }

  addTo(form) {
    for (const file of this.#files) form.append(this.name, file, file.name);
  }

  clear() {
    this.#files = [];
    this.#show();
  }

  /** What would be refused after all of it was sent: `[{rest, detail}]`. */
  foreseen() {
    const { least, most, largest, largestTotal } = this.#part;
    const faults = [];
    for (const [index, { size }] of this.#files.entries()) {
      if (size > largest) faults.push({ rest: [index], detail: `It has ${sizeText(size)}. ${sizeText(largest)} are allowed.` });
    }
    const total = this.#files.reduce((sum, { size }) => sum + size, 0);
    if (total > largestTotal) faults.push({ rest: [], detail: `All together have ${sizeText(total)}. ${sizeText(largestTotal)} are allowed.` });
    if (this.#files.length < least) faults.push({ rest: [], detail: least === 1 ? "A file is missing." : `At least ${least} files are needed.` });
    if (this.#files.length > most) faults.push({ rest: [], detail: `At most ${most} files are allowed.` });
    return faults;
  }

  /** What the service says is wrong: `[{rest, detail}]`; the rest begins with the place of the file. */
  showFaults(faults) {
    const general = [];
    for (const item of this.#list.children) item.lastElementChild.replaceChildren();
    for (const { rest, detail } of faults) {
      const place = this.#list.children[Number(rest[0])];
      if (rest.length && place) place.lastElementChild.append(made("li", { textContent: detail }));
      else general.push(detail);
    }
    this.#errors.replaceChildren(...general.map((textContent) => made("li", { textContent })));
    if (faults.length) this.#picker.setAttribute("aria-invalid", "true");
    else this.#picker.removeAttribute("aria-invalid");
    return faults.map(({ detail }) => detail);
  }

  focus() {
    this.#picker.focus();
  }

  #add(files) {
    const { most } = this.#part;
    this.#files = most === 1 ? [...files].slice(0, 1) : [...this.#files, ...files];
    this.#show();
    this.showFaults(this.foreseen().filter(({ rest }) => rest.length || this.#files.length > most));
    this.#changed();
  }

  #show() {
    this.#list.replaceChildren(
      ...this.#files.map((file) => {
        const item = made("li");
        const name = made("bdi", { textContent: file.name });
        const remove = made("button", { type: "button", textContent: "×", ariaLabel: `Remove ${file.name}` });
        remove.addEventListener("click", () => {
          this.#files = this.#files.filter((each) => each !== file);
          this.#show();
          this.showFaults([]);
          this.focus();
          this.#changed();
        });
        item.append(name, made("span", { className: "size", textContent: sizeText(file.size) }), remove, made("ul", { className: "errors" }));
        return item;
      }),
    );
  }

  #takeDrops(element) {
    const mark = (isOver) => element.classList.toggle("over", isOver);
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    element.addEventListener("dragleave", () => mark(false));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      this.#add(event.dataTransfer.files);
    });
  }
}

function hintText({ least, most, types, largest, largestTotal }) {
  const parts = [];
  if (most > 1) parts.push(least === 0 ? `Up to ${most} files.` : `${least} to ${most} files.`);
  else if (least === 0) parts.push("Optional.");
  const words = types.map((type) => typeWords[type] ?? type.split("/")[1].toUpperCase());
  if (words.length) parts.push(`${words.join(", ").replace(/, ([^,]*)$/, " or $1")}.`);
  if (Number.isFinite(largest)) parts.push(`Up to ${sizeText(largest)}${most > 1 ? " each" : ""}.`);
  if (most > 1 && largestTotal < largest * most) parts.push(`Up to ${sizeText(largestTotal)} in all.`);
  return parts.join(" ");
}
