/** The results of an output folder as one small file, which is kept beside an experiment file. */
@NullMarked
package io.github.palimpsest.results.archive;

import org.jspecify.annotations.NullMarked;
