@NullMarked
package io.github.palimpsest.spark;

import org.jspecify.annotations.NullMarked;
