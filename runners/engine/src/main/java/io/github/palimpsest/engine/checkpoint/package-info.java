/** Checkpoints: named arrays and their files, with checksums. */
@NullMarked
package io.github.palimpsest.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
