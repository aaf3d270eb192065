@NullMarked
package io.github.palimpsest.tracking;

import org.jspecify.annotations.NullMarked;
