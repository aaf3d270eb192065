@NullMarked
package io.github.palimpsest.results.statistics;

import org.jspecify.annotations.NullMarked;
