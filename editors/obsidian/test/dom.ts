// A page without a browser, made before CodeMirror looks for one.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
for (const name of ["window", "document", "navigator", "MutationObserver", "HTMLElement", "Node", "Range", "DOMParser"] as const)
  Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
for (const name of ["requestAnimationFrame", "cancelAnimationFrame", "getComputedStyle", "getSelection"] as const)
  Object.defineProperty(globalThis, name, { value: window[name].bind(window), configurable: true });
// jsdom lays nothing out.
const nowhere = { left: 0, right: 0, top: 0, bottom: 0, width: 0, height: 0, x: 0, y: 0, toJSON: () => ({}) };
window.Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
window.Range.prototype.getBoundingClientRect = () => nowhere;
