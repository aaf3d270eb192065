/** Tests of distillation, against closed forms and in whole training runs. */
@NullMarked
package io.github.palimpsest.distill;

import org.jspecify.annotations.NullMarked;
