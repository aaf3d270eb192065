/** Tests of the adapters, against closed forms, golden vectors and whole training runs. */
@NullMarked
package io.github.palimpsest.lora;

import org.jspecify.annotations.NullMarked;
