/**
 * What an output folder holds: {@link io.github.palimpsest.results.folder.FolderLayout} names its
 * files, a record stands for the content of each, and {@link
 * io.github.palimpsest.results.folder.JsonFile} reads and writes them.
 */
@NullMarked
package io.github.palimpsest.results.folder;

import org.jspecify.annotations.NullMarked;
