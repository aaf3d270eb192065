/** A file system that fails when it is told to. */
@NullMarked
package io.github.palimpsest.ablation.faults;

import org.jspecify.annotations.NullMarked;
