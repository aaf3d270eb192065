/** Tests of devices. */
@NullMarked
package io.github.palimpsest.engine.device;

import org.jspecify.annotations.NullMarked;
