/** Tests of the parts of a decoder. */
@NullMarked
package io.github.palimpsest.decoder;

import org.jspecify.annotations.NullMarked;
