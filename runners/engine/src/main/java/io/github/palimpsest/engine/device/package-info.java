/** The devices of this machine, by the names of the command line. */
@NullMarked
package io.github.palimpsest.engine.device;

import org.jspecify.annotations.NullMarked;
