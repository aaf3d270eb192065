/** Tests of experiments on a small classifier and on made-up components. */
@NullMarked
package io.github.palimpsest.ablation;

import org.jspecify.annotations.NullMarked;
