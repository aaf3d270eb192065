/** Tests of the data of experiments: corpora, formats, filters, overlaps and evaluation sets. */
@NullMarked
package io.github.palimpsest.execution.data;

import org.jspecify.annotations.NullMarked;
