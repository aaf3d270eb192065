/**
 * Results to look at. {@link io.github.palimpsest.report.HtmlReport} makes one HTML file of an
 * output folder; {@link io.github.palimpsest.report.PaperTables} makes tables for papers.
 *
 * <p>Statistics are those of the ablation runner; nothing is computed here but where a mark stands.
 * All text goes through j2html, which escapes it; what is embedded as a script is checked or
 * escaped by {@link io.github.palimpsest.report.Page}.
 */
@NullMarked
package io.github.palimpsest.report;

import org.jspecify.annotations.NullMarked;
