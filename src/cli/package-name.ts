/** The name that applications import this package by. */
export const PACKAGE_NAME = 'nestjs-migrate';
