@NullMarked
package io.github.palimpsest.tck.subject;

import org.jspecify.annotations.NullMarked;
