// One place on the map: written as maps write it, latitude and longitude, stored as GeoJSON like in Frappe.
const PAIR = /^([+-]?\d{1,3}(?:\.\d+)?)\s*[,，;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)$/

/** [longitude, latitude], in the order of GeoJSON. */
type Coordinates = [number, number]

function isCoordinates(found: unknown): found is Coordinates {
  return Array.isArray(found) && found.length >= 2 && found.slice(0, 2).every((one) => typeof one === 'number')
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function geometryOf(shape: unknown): { type?: unknown; coordinates?: unknown } | null {
  const { type, features, geometry } = (shape ?? {}) as { type?: unknown; features?: unknown[]; geometry?: object | null }
  if (type === 'FeatureCollection') return features?.length === 1 ? geometryOf(features[0]) : null
  return type === 'Feature' ? (geometry ?? null) : (shape as object | null)
}

/** `31.2304, 121.4737` for a value that is one point; null for nothing and for lines, areas and several points. */
export function positionText(value: string): string | null {
  const geometry = geometryOf(read(value))
  if (geometry?.type !== 'Point' || !isCoordinates(geometry.coordinates)) return null
  const [longitude, latitude] = geometry.coordinates
  return `${latitude}, ${longitude}`
}

/** The value for a written position; null for a text that is none. */
export function parsePosition(text: string): string | null {
  const [, latitude, longitude] = (PAIR.exec(text.trim()) ?? []).map(Number)
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null
  const geometry = { type: 'Point', coordinates: [longitude, latitude] }
  return JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry }] })
}

/** How many shapes a value draws that is no single point. */
export function shapesIn(value: string): number {
  const shape = read(value) as { features?: unknown } | null
  if (shape === null || typeof shape !== 'object') return 0
  return Array.isArray(shape.features) ? shape.features.length : 1
}
