/**
 * PNG with a palette: pictures of pages have few colours, and are a third of the size with one byte for a pixel.
 *
 * @module
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel. */
  readonly rgb: Uint8Array;
}

/** Returns a picture with at most 256 colours. Takes what browsers write: eight bits, RGB or RGBA without transparency, not interlaced. */
export function toPalette(png: Buffer): Buffer {
  const { width, height, rgb } = decode(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = colourAt(rgb, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const { palette, indexOf } = quantize(counts);
  // Each row begins with its filter: none, which compresses best with a palette.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width + 1) + 1 + x] = indexOf.get(colourAt(rgb, 3 * (y * width + x))) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => channelsOf(colour)));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const colourAt = (rgb: Uint8Array, at: number) =>
  ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);
const channelsOf = (colour: number) => [colour >> 16, (colour >> 8) & 255, colour & 255] as const;

/** Median cut: divides the box with the most pixels times its longest side, at the median of that side. */
function quantize(counts: ReadonlyMap<number, number>) {
  let boxes = [boxOf([...counts])];
  while (boxes.length < COLOURS) {
    const largest = boxes.reduce((a, b) => (b.weight > a.weight ? b : a));
    if (largest.weight === 0) break;
    const sorted = largest.entries.sort(
      ([a], [b]) => (channelsOf(a)[largest.side] ?? 0) - (channelsOf(b)[largest.side] ?? 0),
    );
    let before = 0;
    let middle = 1;
    while (middle < sorted.length - 1 && before + (sorted[middle - 1]?.[1] ?? 0) < largest.pixels / 2) {
      before += sorted[middle - 1]?.[1] ?? 0;
      middle += 1;
    }
    boxes = [...boxes.filter((box) => box !== largest), boxOf(sorted.slice(0, middle)), boxOf(sorted.slice(middle))];
  }
  const indexOf = new Map<number, number>();
  boxes.forEach(({ entries }, index) => {
    for (const [colour] of entries) indexOf.set(colour, index);
  });
  return { palette: boxes.map(averageOf), indexOf };
}

function boxOf(entries: [colour: number, count: number][]) {
  const spans = [0, 1, 2].map((side) => {
    let [low, high] = [255, 0];
    for (const [colour] of entries) {
      const value = channelsOf(colour)[side] ?? 0;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return high - low;
  });
  const side = spans.indexOf(Math.max(...spans));
  const pixels = entries.reduce((sum, [, count]) => sum + count, 0);
  return { entries, pixels, side, weight: entries.length < 2 ? 0 : Math.sqrt(pixels) * (spans[side] ?? 0) };
}

function averageOf({ entries, pixels }: ReturnType<typeof boxOf>): number {
  const average = (side: number) =>
    Math.round(entries.reduce((sum, [colour, count]) => sum + (channelsOf(colour)[side] ?? 0) * count, 0) / pixels);
  return (average(0) << 16) | (average(1) << 8) | average(2);
}

function decode(png: Buffer): Pixels {
  const [width, height, bits, type, interlaced] = [
    png.readUInt32BE(16),
    png.readUInt32BE(20),
    png[24],
    png[25],
    png[28],
  ];
  if (bits !== 8 || (type !== 2 && type !== 6) || interlaced !== 0) throw new Error("a PNG of another kind");
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const channels = type === 2 ? 3 : 4;
  const rows = unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) rgb[pixel * 3 + channel] = rows[pixel * channels + channel] ?? 0;
  }
  return { width, height, rgb };
}

/** Undoes the filters of the rows (RFC 2083, 6). */
function unfilter(data: Buffer, length: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(length * height);
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (length + 1)];
    for (let x = 0; x < length; x += 1) {
      const left = x < channels ? 0 : (out[y * length + x - channels] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * length + x] ?? 0);
      const upLeft = x < channels || y === 0 ? 0 : (out[(y - 1) * length + x - channels] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][filter ?? 0] ?? 0;
      out[y * length + x] = (data[y * (length + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return out;
}

function paeth(left: number, up: number, upLeft: number): number {
  const [a, b, c] = [Math.abs(up - upLeft), Math.abs(left - upLeft), Math.abs(left + up - 2 * upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
