/**
 * Pages of the documentation as tests: their files are written, their commands run, and what they
 * print is compared with what the page shows; and the plugins that pages show are compiled.
 */
@NullMarked
package io.github.palimpsest.cli.page;

import org.jspecify.annotations.NullMarked;
