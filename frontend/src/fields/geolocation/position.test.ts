import { expect, test } from 'vitest'

import { parsePosition, positionText, shapesIn } from './position'

const point = (longitude: number, latitude: number): string => parsePosition(`${latitude}, ${longitude}`)!
const line = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}]}'

test.each(['31.2304, 121.4737', ' 31.2304 121.4737 ', '31.2304，121.4737', '31.2304;121.4737'])('%s is a position', (text) => {
  expect(positionText(parsePosition(text)!)).toBe('31.2304, 121.4737')
})

test('is stored with the longitude first, as GeoJSON has it', () => {
  expect(JSON.parse(point(-0.5, -33))).toEqual({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [-0.5, -33] } }] })
})

test.each(['', '31.2', 'Shanghai', '91, 10', '10, 181', '{"type":"Point"}', '1,2,3'])('%j is none', (text) => {
  expect(parsePosition(text)).toBeNull()
})

test('a point alone or as a feature is read, too', () => {
  expect(positionText('{"type":"Point","coordinates":[121.5,31]}')).toBe('31, 121.5')
  expect(positionText('{"type":"Feature","geometry":{"type":"Point","coordinates":[121.5,31,4]}}')).toBe('31, 121.5')
})

test.each(['', 'nothing', 'null', '[]', '7', line, '{"type":"FeatureCollection","features":[]}', '{"type":"Point","coordinates":["a","b"]}'])('%j is no single point', (value) => {
  expect(positionText(value)).toBeNull()
})

test('shapes are counted', () => {
  expect([line, point(1, 2), '{"type":"Point","coordinates":[1,2]}', '', '{"type":"FeatureCollection","features":[]}'].map(shapesIn)).toEqual([1, 1, 1, 0, 0])
})
