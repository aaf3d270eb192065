/** Tests of what is concluded from cells. */
@NullMarked
package io.github.palimpsest.ablation.analysis;

import org.jspecify.annotations.NullMarked;
