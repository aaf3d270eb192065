package io.github.palimpsest.execution.remote;

import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.SafeMove;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A remote folder that is one of this machine. */
public final class DiskFiles implements RemoteFiles {
  private final Path root;
  private final AtomicInteger copies = new AtomicInteger();

  /** After this number of copies every other fails, as if the network were gone. */
  int most = Integer.MAX_VALUE;

  public DiskFiles(Path root) {
    this.root = root;
  }

  @Override
  public String address() {
    return "disk:" + root;
  }

  @Override
  public SortedSet<String> files(String folder) throws IOException {
    TreeSet<String> all = new TreeSet<>();
    if (Files.isDirectory(root.resolve(folder))) {
      try (Stream<Path> files = Files.walk(root.resolve(folder))) {
        files.filter(Files::isRegularFile).forEach(f -> all.add(root.relativize(f).toString()));
      }
    }
    return all;
  }

  @Override
  public boolean exists(String file) {
    return Files.isRegularFile(root.resolve(file));
  }

  @Override
  public void get(String file, Path to) throws IOException {
    Files.copy(root.resolve(file), to, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void put(Path from, String file) throws IOException {
    if (copies.incrementAndGet() > most) {
      throw new IOException("no route to host");
    }
    Path to = root.resolve(file);
    Files.createDirectories(to.getParent());
    Path part = to.resolveSibling("." + to.getFileName() + copies.get());
    Files.copy(from, part);
    SafeMove.replace(part, to);
  }

  @Override
  public void delete(String path) throws IOException {
    Folders.delete(root.resolve(path));
  }

  @Override
  public void close() {}
}
