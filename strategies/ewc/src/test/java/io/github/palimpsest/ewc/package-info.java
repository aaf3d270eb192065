/** Tests of the regularizers, against golden vectors, closed forms and whole training runs. */
@NullMarked
package io.github.palimpsest.ewc;

import org.jspecify.annotations.NullMarked;
