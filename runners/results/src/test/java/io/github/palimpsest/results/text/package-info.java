@NullMarked
package io.github.palimpsest.results.text;

import org.jspecify.annotations.NullMarked;
