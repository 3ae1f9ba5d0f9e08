import { UnsupportedDriverError } from '../../errors/database.errors.js';
import type { TemplateMaker } from '../templates.js';

/** No databases of these servers are copied yet: tests create theirs by the revisions. */
export const templates: TemplateMaker = {
  drivers: [],
  of: ({ type }) => {
    throw new UnsupportedDriverError(type, []);
  },
};
