/** Files that survive a crash of the process or the machine, and that say when they are damaged. */
@NullMarked
package io.github.palimpsest.storage;

import org.jspecify.annotations.NullMarked;
