/**
 * The resources that the classes of a component reach, read from their bytecode.
 *
 * <p>Internal to the kit, though public for its packages: it may change in any release. Start at
 * {@link io.github.palimpsest.tck.scan.BytecodeScan}. This package may use ASM and the JDK.
 */
@NullMarked
package io.github.palimpsest.tck.scan;

import org.jspecify.annotations.NullMarked;
