SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Patients] ([Id] int, [Nom] nvarchar(50))
GO
INSERT INTO [dbo].[Patients] ([Id], [Nom])
SELECT 1, N'MARTIN' UNION ALL
SELECT 2, N'union all select' UNION ALL
SELECT 3 AS Id, NULL AS Nom
GO
INSERT INTO [dbo].[Patients] ([Id], [Nom]) SELECT Id, Nom FROM [dbo].[Anciens]
GO
INSERT INTO [dbo].[Patients] ([Id], [Nom]) SELECT 4, N'PETIT'
