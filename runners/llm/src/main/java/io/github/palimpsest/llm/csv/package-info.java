/** Finds the rows of CSV files and splits them into fields, as RFC 4180 defines them. */
@NullMarked
package io.github.palimpsest.llm.csv;

import org.jspecify.annotations.NullMarked;
