// Of the components and grids of all kinds, keeps those that were asked for, in the folder itself.
def root = new File(request.outputDirectory, request.artifactId)
def sources = 'src/main/java/' + request.properties['package'].replace('.', '/')
[sources, 'grid'].each { name ->
  def folder = new File(root, name)
  def kinds = folder.listFiles().findAll { it.directory }
  new File(folder, request.properties['kind']).eachFile { it.renameTo(new File(folder, it.name)) }
  kinds.each { it.deleteDir() }
}
new File(root, 'mvnw').setExecutable(true)
