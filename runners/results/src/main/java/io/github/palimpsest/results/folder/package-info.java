/**
 * The content of an output folder: {@link io.github.palimpsest.results.folder.FolderLayout} names
 * its files, a record represents the content of each file, and {@link
 * io.github.palimpsest.results.folder.JsonFile} reads and writes them.
 */
@NullMarked
package io.github.palimpsest.results.folder;

import org.jspecify.annotations.NullMarked;
