/**
 * Reports for readers. {@link io.github.palimpsest.report.HtmlReport} makes one HTML file from an
 * output folder; {@link io.github.palimpsest.report.PaperTables} makes tables for papers.
 *
 * <p>Statistics come from the results module; only the places of marks are computed here. All text
 * goes through j2html, which escapes it; embedded scripts and data are checked or escaped by {@link
 * io.github.palimpsest.report.Page}.
 */
@NullMarked
package io.github.palimpsest.report;

import org.jspecify.annotations.NullMarked;
