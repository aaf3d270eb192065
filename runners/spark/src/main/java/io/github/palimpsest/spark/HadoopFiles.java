package io.github.palimpsest.spark;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.remote.RemoteFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A folder on a file system of Hadoop. Where renaming a file is one operation, a file is written
 * under another name and renamed. In an object store it is written under its own name, where it
 * appears when all of it has arrived.
 */
final class HadoopFiles implements RemoteFiles {
  private static final Set<String> OBJECT_STORES = Set.of("s3a", "gs", "oss", "obs", "cosn");
  private static final String S3_JARS =
      "add org.apache.hadoop:hadoop-aws and the AWS SDK to SPARK_HOME/jars, as PALIMPSEST_S3=1"
          + " does";
  private static final String PART = ".part";

  private final FileSystem system;
  private final FileContext renames;
  private final Path root;
  private final String address;

  private HadoopFiles(FileSystem system, FileContext renames, Path root, String address) {
    this.system = system;
    this.renames = renames;
    this.root = root;
    this.address = address;
  }

  /**
   * Opens a folder, which need not exist.
   *
   * @param address its address with a scheme
   * @throws PalimpsestException if there is no such file system
   */
  static HadoopFiles open(String address, Configuration conf) {
    URI uri = uri(address);
    try {
      FileSystem system = FileSystem.newInstance(uri, conf);
      system.setWriteChecksum(false); // of local disks: files beside each file
      return new HadoopFiles(
          system,
          FileContext.getFileContext(uri, conf),
          system.makeQualified(new Path(uri)),
          address);
    } catch (UnsupportedFileSystemException e) {
      throw missing(address, uri, "", e);
    } catch (IOException e) {
      throw refused(address, e);
    } catch (RuntimeException | LinkageError e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof ClassNotFoundException || t instanceof LinkageError) {
          throw missing(
              address, uri, " (" + t.getClass().getSimpleName() + ": " + t.getMessage() + ")", e);
        }
      }
      throw refused(address, e);
    }
  }

  private static URI uri(String address) {
    try {
      URI uri = URI.create(address + (address.endsWith("/") ? "" : "/"));
      if (uri.getScheme() != null && uri.getPath() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw noAddress(address);
    }
    throw noAddress(address);
  }

  private static PalimpsestException noAddress(String address) {
    return new PalimpsestException(
        "--store "
            + address
            + ": not the address of a folder, such as hdfs://HOST:PORT/FOLDER, s3a://BUCKET/FOLDER"
            + " or file:///FOLDER");
  }

  private static PalimpsestException missing(String address, URI uri, String what, Throwable e) {
    boolean s3 = uri.getScheme().equals("s3a");
    String jars = s3 ? S3_JARS : "add the JARs with it to SPARK_HOME/jars";
    return new PalimpsestException(
        "--store "
            + address
            + ": no file system for '"
            + uri.getScheme()
            + "' is installed"
            + what
            + ": "
            + jars
            + " (see runners/docs/clusters.md)",
        e);
  }

  private static PalimpsestException refused(String address, Throwable e) {
    return new PalimpsestException(
        "--store " + address + " cannot be used: " + SparkCluster.reason(e), e);
  }

  /**
   * Tries whether files can be written, read and removed.
   *
   * @throws PalimpsestException if they cannot
   */
  HadoopFiles tried() {
    String name = ".palimpsest-" + UUID.randomUUID();
    try {
      if (system.exists(root) && !system.getFileStatus(root).isDirectory()) {
        throw new IOException("it is a file");
      }
      java.nio.file.Path file = Files.createTempFile("palimpsest", ".trial");
      try {
        Files.writeString(file, name);
        put(file, name);
        get(name, file);
        delete(name);
        if (!Files.readString(file).equals(name)) {
          throw new IOException("a file has another content when it is read");
        }
      } finally {
        Files.deleteIfExists(file);
      }
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw refused(address, e);
    }
  }

  private Path path(String name) {
    return name.isEmpty() ? root : new Path(root, name);
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public SortedSet<String> files(String folder) throws IOException {
    TreeSet<String> all = new TreeSet<>();
    String above = root.toUri().getPath();
    int skipped = above.endsWith("/") ? above.length() : above.length() + 1;
    try {
      RemoteIterator<LocatedFileStatus> found = system.listFiles(path(folder), true);
      while (found.hasNext()) {
        Path file = found.next().getPath();
        if (!file.getName().endsWith(PART)) {
          all.add(file.toUri().getPath().substring(skipped));
        }
      }
    } catch (FileNotFoundException e) {
      return all; // there is no such folder, or what was in it is gone
    }
    return all;
  }

  @Override
  public boolean exists(String file) throws IOException {
    return system.exists(path(file));
  }

  @Override
  public void get(String file, java.nio.file.Path to) throws IOException {
    try (InputStream in = system.open(path(file))) {
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileNotFoundException e) {
      throw new NoSuchFileException(address + "/" + file);
    }
  }

  @Override
  public void put(java.nio.file.Path from, String file) throws IOException {
    Path to = path(file);
    if (OBJECT_STORES.contains(system.getScheme())) {
      write(from, to);
      return;
    }
    Path part = new Path(to.getParent(), "." + to.getName() + "." + UUID.randomUUID() + PART);
    try {
      write(from, part);
      renames.rename(part, to, Options.Rename.OVERWRITE);
    } catch (IOException | RuntimeException e) {
      system.delete(part, false);
      throw e;
    }
  }

  private void write(java.nio.file.Path from, Path to) throws IOException {
    FSDataOutputStream out = system.create(to, true);
    try {
      Files.copy(from, out);
    } catch (IOException | RuntimeException e) {
      abort(out);
      throw e;
    }
    out.close();
  }

  /** In an object store, closing makes a file of what has arrived. */
  private static void abort(FSDataOutputStream out) throws IOException {
    try {
      out.abort();
    } catch (UnsupportedOperationException e) {
      out.close();
    }
  }

  @Override
  public void delete(String path) throws IOException {
    system.delete(path(path), true);
  }

  @Override
  public void close() {
    try {
      system.close();
    } catch (IOException e) {
      throw new IllegalStateException("the connection to " + address + " cannot be closed", e);
    }
  }
}
