/**
 * Files that survive a crash of the process or the machine, and that say when they are damaged; how
 * another JVM is started.
 */
@NullMarked
package io.github.palimpsest.storage;

import org.jspecify.annotations.NullMarked;
