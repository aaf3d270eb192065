@NullMarked
package io.github.palimpsest.api.data;

import org.jspecify.annotations.NullMarked;
