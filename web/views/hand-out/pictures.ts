// The pictures on the screen as files: SVG with its styles written out, so that it looks the same anywhere; the same as PNG
// at twice the size; and what is drawn on a canvas as PNG, as it is.
import type { NamedFile } from '../../state/save-file.ts';
import { fileNameOf } from '../../state/save-file.ts';
import type { Download } from './hand-out.tsx';

/** Every figure of the view, by its label. */
export function pictureDownloads(root: ParentNode, name: string): Download[] {
  return [...root.querySelectorAll('figure')].filter((figure) => figure.querySelector('svg') !== null).map((figure, k) => {
    const label = titleOf(figure, k);
    return {
      label, forms: [
        { form: 'SVG', make: () => ({ name: `${fileNameOf(name, label)}.svg`, content: new Blob([svgText(figure)], { type: 'image/svg+xml' }) }) },
        { form: 'PNG', make: () => pngOf(figure, fileNameOf(name, label)) },
      ],
    };
  });
}

/** What a canvas shows now. */
export function canvasDownload(canvas: HTMLCanvasElement, label: string, name: string): Download {
  return { label, forms: [{ form: 'PNG', make: async () => ({ name: `${fileNameOf(name, label)}.png`, content: await blobOf(onBackground(canvas)) }) }] };
}

/** The words of its label up to the first full stop or colon, or of the heading that it stands under. */
function titleOf(figure: Element, k: number): string {
  const label = figure.getAttribute('aria-label') ?? '', [first = ''] = label.split(/[.:;,]/);
  return first.trim() === '' ? `picture ${k + 1}` : first.trim().slice(0, 60);
}

/** Properties that are attributes too, handed down to what is inside. */
const INHERITED = [
  'fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'font-family', 'font-size', 'font-weight', 'font-variant-numeric', 'text-anchor', 'paint-order', 'visibility',
] as const;

/** One SVG document with all that the figure shows, on the page's own ground. */
export function svgText(figure: Element): string {
  const parts = [...figure.querySelectorAll('svg')].filter((svg) => svg.parentElement?.closest('svg') === null), box = boxOf(parts), { x, y } = box;
  const inner = parts.map((svg) => {
    const copy = styledCopy(svg), place = svg.getBoundingClientRect();
    copy.setAttribute('x', String(place.x - x));
    copy.setAttribute('y', String(place.y - y));
    copy.setAttribute('width', String(place.width));
    copy.setAttribute('height', String(place.height));
    copy.setAttribute('overflow', 'visible');
    copy.removeAttribute('aria-hidden');
    return new XMLSerializer().serializeToString(copy);
  });
  const ground = groundOf(figure);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${box.width}" height="${box.height}" viewBox="0 0 ${box.width} ${box.height}"><title>${escaped(figure.getAttribute('aria-label') ?? '')}</title><rect width="100%" height="100%" fill="${ground}"/>${inner.join('')}</svg>\n`;
}

/** Where the parts lie on the page, with room for what stands out of them. */
function boxOf(parts: readonly Element[]): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const boxes = parts.map((part) => part.getBoundingClientRect()), margin = 8;
  const x = Math.min(...boxes.map((box) => box.left)) - margin, y = Math.min(...boxes.map((box) => box.top)) - margin;
  return { x, y, width: Math.ceil(Math.max(...boxes.map((box) => box.right)) + margin - x), height: Math.ceil(Math.max(...boxes.map((box) => box.bottom)) + margin - y) };
}

/** Colours of the page and rules of its sheets become plain attributes, each where it differs from what is around it. */
function styledCopy(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement, originals = [svg, ...svg.querySelectorAll('*')], copies = [copy, ...copy.querySelectorAll('*')];
  originals.forEach((original, k) => {
    const style = getComputedStyle(original), around = original === svg ? undefined : getComputedStyle(original.parentElement!), target = copies[k]!;
    target.removeAttribute('class');
    target.removeAttribute('style');
    for (const name of INHERITED) {
      const value = style.getPropertyValue(name);
      if (around?.getPropertyValue(name) === value) target.removeAttribute(name); else target.setAttribute(name, value);
    }
    if (style.opacity !== '1') target.setAttribute('opacity', style.opacity);
  });
  for (const sheet of copy.querySelectorAll('style')) sheet.remove();
  return copy;
}

function groundOf(element: Element): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== 'rgba(0, 0, 0, 0)' && colour !== 'transparent') return colour;
  }
  return 'white';
}

/** Pixels of a PNG for each of the page. */
const SCALE = 2;

async function pngOf(figure: Element, name: string): Promise<NamedFile> {
  const image = new Image(), canvas = document.createElement('canvas');
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(figure))}`;
  await image.decode();
  canvas.width = image.naturalWidth * SCALE;
  canvas.height = image.naturalHeight * SCALE;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { name: `${name}.png`, content: await blobOf(canvas) };
}

/** A canvas may be clear where the page shows through. */
function onBackground(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas'), ink = copy.getContext('2d')!;
  copy.width = canvas.width;
  copy.height = canvas.height;
  ink.fillStyle = groundOf(canvas);
  ink.fillRect(0, 0, copy.width, copy.height);
  ink.drawImage(canvas, 0, 0);
  return copy;
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => { canvas.toBlob((blob) => { if (blob === null) reject(new Error('the browser could not make the picture')); else resolve(blob); }, 'image/png'); });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
