@NullMarked
package io.github.palimpsest.results.items;

import org.jspecify.annotations.NullMarked;
