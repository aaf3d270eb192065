/** Tests of rehearsal: what is kept, what is drawn, and whole training runs. */
@NullMarked
package io.github.palimpsest.replay;

import org.jspecify.annotations.NullMarked;
