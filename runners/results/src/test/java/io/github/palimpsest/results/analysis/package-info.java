@NullMarked
package io.github.palimpsest.results.analysis;

import org.jspecify.annotations.NullMarked;
